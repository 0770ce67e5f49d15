/** Models that are loaded, and requests that run on them. Knows nothing of HTTP. */
@org.jspecify.annotations.NullMarked
package hanok.serve.runner;
