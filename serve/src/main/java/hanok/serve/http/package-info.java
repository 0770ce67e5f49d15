/** Bodies in, streams out: limits, deadlines, heartbeats. Knows HTTP, but no interface. */
@org.jspecify.annotations.NullMarked
package hanok.serve.http;
