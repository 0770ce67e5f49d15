/**
 * safetensors, the file format of Hugging Face checkpoints: read by mapping, written atomically.
 *
 * @see <a href="https://huggingface.co/docs/safetensors/index#format">safetensors format</a>
 */
@org.jspecify.annotations.NullMarked
package hanok.safetensors;
