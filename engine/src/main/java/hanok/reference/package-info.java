/** Room zero: the model in its plainest form. Start here. */
@org.jspecify.annotations.NullMarked
package hanok.reference;
