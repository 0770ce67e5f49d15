package hanok.kernel;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Counts multiplications of a weight by an activation. Benchmarks report operations a nanosecond,
 * so the counter reads in 10^9 a second; with one token that is weights.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Products {
  public long products;
}
