/** What a model is, apart from its weights: its shape, and conversions between file formats. */
@org.jspecify.annotations.NullMarked
package hanok.model;
