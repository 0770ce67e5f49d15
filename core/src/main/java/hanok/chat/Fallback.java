package hanok.chat;

import hanok.template.JinjaTemplate;
import hanok.token.Tokenizer;
import java.util.Optional;

/** Templates that many models share, for one that brings none, or none that works. */
enum Fallback {
  CHATML(
      "<|im_start|>",
      """
      {% for m in messages %}
      {{ '<|im_start|>' ~ m.role ~ '\\n' ~ m.content ~ '<|im_end|>\\n' }}
      {%- endfor %}
      {%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
      """),
  LLAMA3(
      "<|start_header_id|>",
      """
      {{ bos_token }}
      {%- for m in messages %}
      {{- '<|start_header_id|>' ~ m.role ~ '<|end_header_id|>\\n\\n' ~ m.content | trim }}
      {{- '<|eot_id|>' }}
      {%- endfor %}
      {%- if add_generation_prompt %}
      {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
      {%- endif %}
      """),
  LLAMA2(
      "[INST]",
      """
      {{ bos_token }}
      {%- set ns = namespace(system='') %}
      {%- for m in messages %}
      {%- if m.role == 'system' %}{% set ns.system = ns.system ~ m.content ~ '\\n\\n' %}
      {%- elif m.role == 'user' %}{{ '[INST] ' ~ ns.system ~ m.content ~ ' [/INST]' }}
      {%- set ns.system = '' %}
      {%- else %}{{ ' ' ~ m.content ~ eos_token }}
      {%- endif %}
      {%- endfor %}
      """);

  private final String marker;
  private final String source;

  Fallback(String marker, String source) {
    this.marker = marker;
    this.source = source;
  }

  /** The first whose marker is in the vocabulary. */
  static Optional<ChatTemplate> find(Tokenizer tokenizer) {
    for (Fallback fallback : values()) {
      if (tokenizer.id(fallback.marker).isPresent()) {
        String name = fallback.name().toLowerCase(java.util.Locale.ROOT);
        JinjaTemplate template = JinjaTemplate.parse(fallback.source);
        return Optional.of(new JinjaChat(name, template, tokenizer));
      }
    }
    return Optional.empty();
  }
}
