/** Other people's clients, unchanged, against the server. */
@org.jspecify.annotations.NullMarked
package hanok.clients;
