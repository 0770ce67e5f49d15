package hanok.engine;

/** Numbers of a {@link KvCache}, a power of 16 in size, stored as a {@link KvType} says. */
sealed interface KvPage {

  static KvPage of(KvType type, int numbers) {
    return switch (type) {
      case F32 -> new Floats(new float[numbers]);
      case F16 -> new Halves(new short[numbers]);
      case Q8_0 -> new Bytes(new byte[numbers], new short[numbers / Bytes.RUN]);
    };
  }

  /**
   * Stores {@code x[offset, offset + n)}.
   *
   * @param at of the first, a multiple of 16 in steps of {@code stride}
   * @param stride from one to the next: 1, or 16 if sixteen such rows lie side by side
   */
  void put(float[] x, int offset, int n, int at, int stride);

  /**
   * Reads {@code n} numbers that lie side by side.
   *
   * @param stride with which they were stored
   */
  void load(int from, int n, int stride, float[] out);

  /** Takes over the numbers of another page of the same type and size. */
  void copyFrom(KvPage other);

  /** As they are. */
  record Floats(float[] data) implements KvPage {
    @Override
    public void put(float[] x, int offset, int n, int at, int stride) {
      for (int i = 0; i < n; i++) {
        data[at + i * stride] = x[offset + i];
      }
    }

    @Override
    public void load(int from, int n, int stride, float[] out) {
      System.arraycopy(data, from, out, 0, n);
    }

    @Override
    public void copyFrom(KvPage other) {
      System.arraycopy(((Floats) other).data, 0, data, 0, data.length);
    }
  }

  /** Half-precision numbers. */
  record Halves(short[] data) implements KvPage {
    @Override
    public void put(float[] x, int offset, int n, int at, int stride) {
      for (int i = 0; i < n; i++) {
        data[at + i * stride] = Float.floatToFloat16(x[offset + i]);
      }
    }

    @Override
    public void load(int from, int n, int stride, float[] out) {
      for (int i = 0; i < n; i++) {
        out[i] = Float.float16ToFloat(data[from + i]);
      }
    }

    @Override
    public void copyFrom(KvPage other) {
      System.arraycopy(((Halves) other).data, 0, data, 0, data.length);
    }
  }

  /**
   * Bytes, with a scale for sixteen that were stored together: those lie side by side, or are a
   * column of a 16 x 16 square. A square has sixteen scales either way.
   */
  record Bytes(byte[] data, short[] scales) implements KvPage {
    static final int RUN = 16;
    private static final int SQUARE = RUN * RUN;

    @Override
    public void put(float[] x, int offset, int n, int at, int stride) {
      for (int run = 0; run < n; run += RUN) {
        int count = Math.min(RUN, n - run);
        float max = 0;
        for (int i = 0; i < count; i++) {
          max = Math.max(max, Math.abs(x[offset + run + i]));
        }
        short scale = Float.floatToFloat16(max / 127);
        float worth = Float.float16ToFloat(scale);
        float inverse = worth == 0 ? 0 : 1 / worth;
        int first = at + run * stride;
        for (int i = 0; i < count; i++) {
          float level = Math.clamp(x[offset + run + i] * inverse, -127f, 127f);
          data[first + i * stride] = (byte) Math.rint(level);
        }
        scales[stride == 1 ? first / RUN : first / SQUARE * RUN + first % RUN] = scale;
      }
    }

    @Override
    public void load(int from, int n, int stride, float[] out) {
      for (int run = 0; run < n; run += RUN) {
        int first = from + run;
        if (stride == 1) {
          float scale = Float.float16ToFloat(scales[first / RUN]);
          for (int i = 0; i < RUN; i++) {
            out[run + i] = data[first + i] * scale;
          }
        } else {
          int scale = first / SQUARE * RUN;
          for (int i = 0; i < RUN; i++) {
            out[run + i] = data[first + i] * Float.float16ToFloat(scales[scale + i]);
          }
        }
      }
    }

    @Override
    public void copyFrom(KvPage other) {
      Bytes from = (Bytes) other;
      System.arraycopy(from.data, 0, data, 0, data.length);
      System.arraycopy(from.scales, 0, scales, 0, scales.length);
    }
  }
}
