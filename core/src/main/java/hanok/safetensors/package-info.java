@org.jspecify.annotations.NullMarked
package hanok.safetensors;
