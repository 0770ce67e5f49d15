/** How fast the engine is, beside what the memory allows and beside llama.cpp. */
@org.jspecify.annotations.NullMarked
package hanok.bench;
