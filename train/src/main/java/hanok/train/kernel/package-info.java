/**
 * Passes over the memory of tensors, each of which reads and writes everything once: what libtorch
 * takes several operations for. Numbers are float32 or bfloat16; whoever passes an address answers
 * for what lies there.
 */
@org.jspecify.annotations.NullMarked
package hanok.train.kernel;
