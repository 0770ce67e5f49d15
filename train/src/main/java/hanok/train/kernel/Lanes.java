package hanok.train.kernel;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vectors of floats, and how they come from memory and go there. {@code left} is how many numbers
 * there are still from an address on: if fewer than a vector has lanes, the others are read as zero
 * and not written.
 */
final class Lanes {
  private static final int BITS =
      Integer.getInteger(
          "hanok.vectorBits", Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize()));

  static final VectorSpecies<Float> F = VectorShape.forBitSize(BITS).withLanes(float.class);
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);

  /** As many shorts as {@link #F} has floats. */
  private static final VectorSpecies<Short> H =
      VectorShape.forBitSize(BITS / 2).withLanes(short.class);

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** All memory: the checks of a constant segment fold, and a load is one instruction. */
  @SuppressWarnings("restricted")
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final VectorShuffle<Float> APART_8 = apart(8);
  private static final VectorShuffle<Float> APART_4 = apart(4);
  private static final VectorShuffle<Float> APART_2 = apart(2);

  /** Below this exp is a subnormal number or zero, above the other it is infinite. */
  private static final float EXP_MIN = -87.3f;

  private static final float EXP_MAX = 88.3f;
  private static final float LOG2_E = 1.442695f;

  /** The natural logarithm of 2 in two parts, the first with few bits: its multiples are exact. */
  private static final float LN2_HIGH = 0.6933594f;

  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding it leaves a float of small magnitude rounded to an integer, in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  private Lanes() {}

  static float scalar(long address) {
    return MEMORY.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  static void scalar(long address, float value) {
    MEMORY.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }

  static float scalarHalf(long address) {
    return Float.intBitsToFloat(MEMORY.get(ValueLayout.JAVA_SHORT_UNALIGNED, address) << 16);
  }

  static long index(long address) {
    return MEMORY.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  /** Floats. */
  static FloatVector load(long address, int left) {
    return left >= F.length()
        ? FloatVector.fromMemorySegment(F, MEMORY, address, ORDER)
        : FloatVector.fromMemorySegment(F, MEMORY, address, ORDER, F.indexInRange(0, left));
  }

  static void store(FloatVector v, long address, int left) {
    if (left >= F.length()) {
      v.intoMemorySegment(MEMORY, address, ORDER);
    } else {
      v.intoMemorySegment(MEMORY, address, ORDER, F.indexInRange(0, left));
    }
  }

  /** Numbers in bfloat16, which are the upper halves of floats. */
  static FloatVector loadHalf(long address, int left) {
    ShortVector halves =
        left >= H.length()
            ? ShortVector.fromMemorySegment(H, MEMORY, address, ORDER)
            : ShortVector.fromMemorySegment(H, MEMORY, address, ORDER, H.indexInRange(0, left));
    return ((IntVector) halves.convertShape(ZERO_EXTEND_S2I, I, 0))
        .lanewise(LSHL, 16)
        .reinterpretAsFloats();
  }

  /** Rounds to the nearest number in bfloat16, of two the even one. Arithmetic's NaN stays NaN. */
  static void storeHalf(FloatVector v, long address, int left) {
    IntVector bits = v.reinterpretAsInts();
    IntVector odd = bits.lanewise(LSHR, 16).and(1);
    ShortVector halves = (ShortVector) bits.add(odd).add(0x7FFF).lanewise(LSHR, 16).castShape(H, 0);
    if (left >= H.length()) {
      halves.intoMemorySegment(MEMORY, address, ORDER);
    } else {
      halves.intoMemorySegment(MEMORY, address, ORDER, H.indexInRange(0, left));
    }
  }

  private static VectorShuffle<Float> apart(int distance) {
    return VectorShuffle.fromOp(F, lane -> (lane ^ distance) % F.length());
  }

  /** The sum of the lanes, in an order that does not change when a method is compiled. */
  static float sum(FloatVector v) {
    FloatVector eight = F.length() > 8 ? v.add(v.rearrange(APART_8)) : v;
    FloatVector four = F.length() > 4 ? eight.add(eight.rearrange(APART_4)) : eight;
    FloatVector two = four.add(four.rearrange(APART_2));
    return two.lane(0) + two.lane(1);
  }

  /**
   * exp to 2e-7 relative: {@code 2^k * exp(r)} with a polynomial for {@code |r| <= ln(2) / 2}, the
   * one of Cephes' {@code expf}. Clamped to where the result is a normal number.
   */
  static FloatVector exp(FloatVector x) {
    FloatVector above = x.blend(EXP_MIN, x.compare(LT, EXP_MIN));
    FloatVector clamped = above.blend(EXP_MAX, above.compare(GT, EXP_MAX));
    FloatVector shifted = clamped.mul(LOG2_E).add(ROUNDER);
    FloatVector k = shifted.sub(ROUNDER);
    FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), clamped);
    FloatVector p = polynomial(k.fma(FloatVector.broadcast(F, -LN2_LOW), r));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  private static FloatVector polynomial(FloatVector r) {
    FloatVector p = r.fma(FloatVector.broadcast(F, 1.9875691e-4f), constant(1.3981999e-3f));
    p = p.fma(r, constant(8.333452e-3f));
    p = p.fma(r, constant(4.1665796e-2f));
    p = p.fma(r, constant(0.16666666f));
    p = p.fma(r, constant(0.5f));
    return p.fma(r.mul(r), r).add(1);
  }

  static FloatVector constant(float value) {
    return FloatVector.broadcast(F, value);
  }
}
