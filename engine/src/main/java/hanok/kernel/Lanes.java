package hanok.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.SUB;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2S;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width, chosen once, and the one-operation helpers that every kernel shares. Each
 * helper that takes or returns a vector stays this small, because a vector that crosses a call
 * which is not inlined is boxed.
 */
final class Lanes {
  private static final int BITS =
      Integer.getInteger("hanok.vectorBits", FloatVector.SPECIES_PREFERRED.vectorBitSize());

  /** Floats of a register. {@code -Dhanok.vectorBits=128|256|512} overrides the width. */
  static final VectorSpecies<Float> F = VectorShape.forBitSize(BITS).withLanes(float.class);

  static final VectorSpecies<Integer> I = F.withLanes(int.class);
  static final VectorSpecies<Short> S = F.withLanes(short.class);

  /** As many bytes as {@link #S} has shorts. */
  static final VectorSpecies<Byte> B = VectorShape.forBitSize(BITS / 2).withLanes(byte.class);

  /** As many shorts as {@link #F} has floats. */
  static final VectorSpecies<Short> H = B.withLanes(short.class);

  /** Bytes that widen to one or two {@link #F}; 64 bits is the narrowest byte shape there is. */
  static final VectorSpecies<Byte> Q =
      VectorShape.forBitSize(Math.max(64, BITS / 4)).withLanes(byte.class);

  private static final int NARROW_BITS = Math.min(BITS, 256);

  /** At most 256 bits, for formats whose runs of bytes are 16 long: 16 bytes widen to 256 bits. */
  static final VectorSpecies<Short> SN = VectorShape.forBitSize(NARROW_BITS).withLanes(short.class);

  static final VectorSpecies<Float> FN = SN.withLanes(float.class);
  static final VectorSpecies<Byte> BN =
      VectorShape.forBitSize(NARROW_BITS / 2).withLanes(byte.class);

  /** The run of 16 shorts in {@link #S} that a lane of {@link #F} belongs to. */
  private static final VectorShuffle<Float> RUN = VectorShuffle.fromOp(F, lane -> lane / 8);

  /** All lanes take the first, or the second. */
  static final VectorShuffle<Float> FIRST = VectorShuffle.fromOp(F, lane -> 0);

  static final VectorShuffle<Float> SECOND = VectorShuffle.fromOp(F, lane -> 1);

  /** Lanes that meet in {@link #sum}: those 8, 4 and 2 apart. */
  private static final VectorShuffle<Float> APART_8 = apart(F, 8);

  private static final VectorShuffle<Float> APART_4 = apart(F, 4);
  private static final VectorShuffle<Float> APART_2 = apart(F, 2);
  private static final VectorShuffle<Float> NARROW_APART_4 = apart(FN, 4);
  private static final VectorShuffle<Float> NARROW_APART_2 = apart(FN, 2);

  /** {@code 1 << i} at i. */
  private static final short[] BIT = new short[16];

  static {
    for (int i = 0; i < BIT.length; i++) {
      BIT[i] = (short) (1 << i);
    }
  }

  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * All memory. A load through it is one instruction, since a constant segment's checks fold;
   * whoever passes an address has checked it.
   */
  @SuppressWarnings("restricted")
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Lanes() {}

  /** The fp16 number at {@code offset}. */
  static float half(MemorySegment s, long offset) {
    return Float.float16ToFloat(s.get(SHORT, offset));
  }

  /** The unsigned byte at {@code offset}. */
  static int u8(MemorySegment s, long offset) {
    return s.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
  }

  /** The signed byte at {@code offset}. */
  static int i8(MemorySegment s, long offset) {
    return s.get(ValueLayout.JAVA_BYTE, offset);
  }

  /** Unsigned bytes, one a lane of {@link #S}. */
  static ShortVector unsigned(MemorySegment s, long offset) {
    return (ShortVector)
        ByteVector.fromMemorySegment(B, s, offset, ByteOrder.LITTLE_ENDIAN)
            .convertShape(ZERO_EXTEND_B2S, S, 0);
  }

  /** Unsigned bytes, one a lane of {@link #SN}. */
  static ShortVector unsignedNarrow(MemorySegment s, long offset) {
    return (ShortVector)
        ByteVector.fromMemorySegment(BN, s, offset, ByteOrder.LITTLE_ENDIAN)
            .convertShape(ZERO_EXTEND_B2S, SN, 0);
  }

  /**
   * Adds neighbouring lanes of {@link #S} in 16 bits, which must not overflow, and gives the sums
   * times 65,536 as floats: one shift where widening both lanes takes three. {@link Activations}
   * scales are divided by 65,536 to make up for it.
   */
  static FloatVector foldPairs(ShortVector products) {
    IntVector pairs = products.reinterpretAsInts();
    return (FloatVector) pairs.add(pairs.lanewise(LSHL, 16)).and(0xFFFF0000).castShape(F, 0);
  }

  /** {@link #foldPairs} for {@link #SN}. */
  static FloatVector foldPairsNarrow(ShortVector products) {
    IntVector pairs = products.reinterpretAsInts();
    return (FloatVector) pairs.add(pairs.lanewise(LSHL, 16)).and(0xFFFF0000).castShape(FN, 0);
  }

  /**
   * The signed bytes of {@code packed}, the first lowest, as the first eight lanes of {@link #F}.
   */
  static FloatVector signedBytes(long packed) {
    return (FloatVector)
        LongVector.broadcast(LongVector.SPECIES_128, packed).reinterpretAsBytes().castShape(F, 0);
  }

  /**
   * The scales, times {@code d}, of the one or two runs of 16 that {@link #S} holds: the first one
   * or two bytes of {@code packed}, signed.
   */
  static FloatVector scalePair(long packed, float d) {
    return signedBytes(packed).rearrange(RUN).mul(d);
  }

  /** The line of an {@link Interleaved} matrix at an address, or the part of it that fits. */
  static IntVector line(long address) {
    return IntVector.fromMemorySegment(I, MEMORY, address, ByteOrder.LITTLE_ENDIAN);
  }

  /** The pair of activations at {@code index}, in every lane. */
  static ShortVector pair(int[] pairs, int index) {
    return IntVector.broadcast(I, pairs[index]).reinterpretAsShorts();
  }

  /** The sums of neighbouring lanes, in 32 bits. */
  static IntVector addPairs(ShortVector products) {
    IntVector pairs = products.reinterpretAsInts();
    return pairs.lanewise(LSHL, 16).lanewise(ASHR, 16).add(pairs.lanewise(ASHR, 16));
  }

  /** The fp16 number in the low half of each lane, which must be finite. */
  static FloatVector lowHalves(IntVector halves) {
    // The exponent ends up 112 too small, whether the number is normal or not.
    FloatVector magnitude =
        halves.and(0x7FFF).lanewise(LSHL, 13).reinterpretAsFloats().mul(0x1p112f);
    IntVector sign = halves.and(0x8000).lanewise(LSHL, 16);
    return magnitude.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  static FloatVector toFloats(IntVector ints) {
    return (FloatVector) ints.castShape(F, 0);
  }

  /** {@code q - 16}, where lane i of q lacks its fifth bit, which is bit i of {@code bits}. */
  static ShortVector withFifthBits(ShortVector q, int bits) {
    ShortVector missing =
        ShortVector.broadcast(SN, (short) bits).and(ShortVector.fromArray(SN, BIT, 0));
    return q.lanewise(SUB, (short) 16, missing.compare(EQ, (short) 0));
  }

  private static VectorShuffle<Float> apart(VectorSpecies<Float> species, int distance) {
    return VectorShuffle.fromOp(species, lane -> (lane ^ distance) % species.length());
  }

  /**
   * The sum of the lanes, in an order that never changes. That of {@code reduceLanes} does when the
   * method is compiled, and a token's logits must not depend on how warm the machine is.
   */
  static float sum(FloatVector v) {
    FloatVector eight = F.length() > 8 ? v.add(v.rearrange(APART_8)) : v;
    FloatVector four = F.length() > 4 ? eight.add(eight.rearrange(APART_4)) : eight;
    FloatVector two = four.add(four.rearrange(APART_2));
    return two.lane(0) + two.lane(1);
  }

  /** {@link #sum} of a vector of {@link #FN}. */
  static float sumNarrow(FloatVector v) {
    FloatVector four = FN.length() > 4 ? v.add(v.rearrange(NARROW_APART_4)) : v;
    FloatVector two = four.add(four.rearrange(NARROW_APART_2));
    return two.lane(0) + two.lane(1);
  }
}
