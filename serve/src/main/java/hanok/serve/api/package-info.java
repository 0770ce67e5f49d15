/** What every interface of the server shares: fields of requests, and errors. No HTTP types. */
@org.jspecify.annotations.NullMarked
package hanok.serve.api;
