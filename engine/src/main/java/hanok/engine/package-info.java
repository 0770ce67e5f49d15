/** The engine: a model that is loaded, sessions that run it, and the choice of tokens. */
@org.jspecify.annotations.NullMarked
package hanok.engine;
