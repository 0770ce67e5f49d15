/** Answers of a given form: JSON, and JSON Schema, token by token. */
@org.jspecify.annotations.NullMarked
package hanok.constrain;
