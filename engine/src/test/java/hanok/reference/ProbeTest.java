package hanok.reference;
import hanok.engine.*;
import hanok.gguf.GgufFile;
import hanok.model.ModelConfig;
import org.junit.jupiter.api.Test;
class ProbeTest {
  @Test void p() throws Exception {
    for (String name : Golden.names().toList()) {
      Golden g = Golden.read(name);
      StringBuilder sb = new StringBuilder(name + " ref:");
      float[] all = new float[4*1536], exp = new float[4*1536], eng = new float[4*1536];
      try (GgufFile f = GgufFile.open(g.gguf()); Model m = Model.load(g.gguf(), 2)) {
        ReferenceModel r = new ReferenceModel(ModelConfig.of(f), new ReferenceModel.Weights() {
          final DequantizedWeights w = new DequantizedWeights(f);
          public boolean has(String n) { return w.has(n); }
          public float[] tensor(String n) { return w.tensor(n); }
          public float[] input(String n, float[] x) {
            String t = f.tensor(n).type().toString();
            if (t.startsWith("F")) { float[] o = x.clone(); for (int i=0;i<o.length;i++) o[i]=Float.float16ToFloat(Float.floatToFloat16(o[i])); return o; }
            int b = t.endsWith("_K") || t.equals("IQ4_XS") ? 256 : 32;
            float[] o = new float[x.length];
            for (int i = 0; i < x.length; i += b) {
              float m = 0; for (int j = i; j < i + b; j++) m = Math.max(m, Math.abs(x[j]));
              float d = m / 127f, id = m == 0 ? 0 : 127f / m;
              if (b == 256) { float mx = 0; for (int j = i; j < i + b; j++) if (Math.abs(x[j]) > Math.abs(mx)) mx = x[j];
                float is = -128f / mx; for (int j = i; j < i + b; j++) o[j] = Math.min(127, (float) Math.rint(is * x[j])) / is; continue; }
              float dd = b == 32 ? Float.float16ToFloat(Float.floatToFloat16(d)) : 1 / id;
              for (int j = i; j < i + b; j++) o[j] = dd * (float) Math.rint(x[j] * id);
            }
            return o;
          }
        });
        Session s = m.newSession(256);
        int pos = 0;
        for (int id : g.prompt()) {
          float[] l = r.forward(id, pos); s.forward(id);
          int row = pos++ - g.logitsFrom();
          if (row >= 0) { sb.append(String.format(" %.2e", Golden.nmse(l, g.logits()[row])));
            System.arraycopy(l,0,all,row*1536,1536); System.arraycopy(g.logits()[row],0,exp,row*1536,1536);System.arraycopy(s.logits(),0,eng,row*1536,1536); }
        }
        sb.append(String.format(" all %.2e engine-all %.2e eng-ref %.2e", Golden.nmse(all, exp), Golden.nmse(eng, exp), Golden.nmse(eng, all)));
        sb.append(" " + m.config());
        float[] l = g.logits()[3]; 
        for (int step = 0; step < g.greedy().length; step++) {
          float[] lr = step == 0 ? r.forward(g.prompt()[39], 39) : r.forward(g.greedy()[step-1], 39+step);
          int am = Golden.argmax(lr);
          if (am != g.greedy()[step]) sb.append("\n   step " + step + " margin " + g.margins()[step] + " ours lead " + (lr[am]-lr[g.greedy()[step]]));
        }
        double v=0; for (float q: l) v+=q*q; sb.append("\n rms " + Math.sqrt(v/1536));
      }
      System.err.println(sb);
    }
  }
}
