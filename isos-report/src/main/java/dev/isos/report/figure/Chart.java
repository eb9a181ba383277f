package dev.isos.report.figure;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A chart as an option of the ECharts library: plain JSON, no functions, and no colours of text, lines or background, which
 * are the theme's (light, dark, paper).
 *
 * @param id unique in a report: lower-case words with hyphens
 * @param title a few words, also its accessible name
 * @param description what it shows, in a sentence, for who cannot see it
 * @param heightPixels at the width of the page
 * @param option without title
 */
public record Chart(String id, String title, String description, int heightPixels, ObjectNode option) {}
