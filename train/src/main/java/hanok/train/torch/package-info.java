/**
 * A learner on libtorch. The only package that imports {@code org.bytedeco}: another backend takes
 * its place by implementing {@link hanok.train.Learner}.
 */
@org.jspecify.annotations.NullMarked
package hanok.train.torch;
