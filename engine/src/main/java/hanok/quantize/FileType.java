package hanok.quantize;

import hanok.gguf.GgmlType;

/**
 * What a whole file is quantised to: {@code general.file_type}, and the type of most matrices in
 * it. Names are those of llama.cpp, and mean the same mixes, see {@link TypeMix}; Q3_K, Q4_K and
 * Q5_K, which llama.cpp takes for the mixes named {@code _M}, are the types without a mix.
 */
public enum FileType {
  F32(0, GgmlType.F32),
  F16(1, GgmlType.F16),
  Q4_0(2, GgmlType.Q4_0),
  Q4_1(3, GgmlType.Q4_1),
  Q8_0(7, GgmlType.Q8_0),
  Q5_0(8, GgmlType.Q5_0),
  Q5_1(9, GgmlType.Q5_1),
  Q2_K(10, GgmlType.Q2_K),
  Q3_K(11, GgmlType.Q3_K),
  Q3_K_S(11, GgmlType.Q3_K),
  Q3_K_M(12, GgmlType.Q3_K),
  Q3_K_L(13, GgmlType.Q3_K),
  Q4_K(14, GgmlType.Q4_K),
  Q4_K_S(14, GgmlType.Q4_K),
  Q4_K_M(15, GgmlType.Q4_K),
  Q5_K(16, GgmlType.Q5_K),
  Q5_K_S(16, GgmlType.Q5_K),
  Q5_K_M(17, GgmlType.Q5_K),
  Q6_K(18, GgmlType.Q6_K),
  IQ4_NL(25, GgmlType.IQ4_NL),
  IQ4_XS(30, GgmlType.IQ4_XS),
  BF16(32, GgmlType.BF16);

  private final int id;
  private final GgmlType base;

  FileType(int id, GgmlType base) {
    this.id = id;
    this.base = base;
  }

  /** llama.cpp's number for it; for pure K types that of the mix named {@code _S}. */
  public int id() {
    return id;
  }

  /** The type of every matrix that the mix has no other for. */
  public GgmlType base() {
    return base;
  }

  /** Whether the name has {@code _S}, {@code _M} or {@code _L}, for a mix of K types. */
  boolean isSized() {
    return name().matches(".*_K_[SML]");
  }

  /** Whether it is a K type without a mix, for which llama.cpp has no name. */
  boolean isPure() {
    return this == Q3_K || this == Q4_K || this == Q5_K;
  }
}
