/** Templates of other people's models: a part of Jinja, and a part of Go's text/template. */
@org.jspecify.annotations.NullMarked
package hanok.template;
