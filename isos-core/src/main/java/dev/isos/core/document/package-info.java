/**
 * Documents as records: a record declares once which keys a document has and what their values may be; {@link
 * dev.isos.core.document.DocumentReader} reads by that, {@link dev.isos.core.document.DocumentSchema} makes the JSON Schema of it.
 *
 * <p>The constraints are those of Jakarta Validation ({@code @Min}, {@code @Max}, {@code @DecimalMin}, {@code @DecimalMax},
 * {@code @Size}, {@code @Pattern}), the names and shapes those of Jackson: {@code @JsonProperty} gives a key another name than the
 * component, or the text of its default; {@code @JsonFormat(with = ACCEPT_SINGLE_VALUE_AS_ARRAY)} lets a value stand for a list of
 * one; {@code @JsonTypeInfo} on a sealed interface names the key that decides which of its records, by {@code @JsonTypeName}, a
 * document is. A component that has no default and is not {@code @Nullable} is required.
 */
package dev.isos.core.document;
