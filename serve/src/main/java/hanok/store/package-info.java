/** Models on disk, by name, as Ollama lays them out; and how they get there. */
@org.jspecify.annotations.NullMarked
package hanok.store;
