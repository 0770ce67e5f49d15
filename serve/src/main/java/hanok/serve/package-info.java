/** The server: what it listens on, whom it lets in, and where each path leads. */
@org.jspecify.annotations.NullMarked
package hanok.serve;
