package hanok.serve.http;

import java.time.Duration;

/**
 * How clients are waited for.
 *
 * @param bodyLimit how long they may take to send a JSON body
 * @param writeLimit how long they may leave a write waiting
 */
public record Http(Watchdog watchdog, Duration bodyLimit, Duration writeLimit) {}
