package dev.isos.report.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** What a browser lets the page do: run the scripts that it carries, and nothing that needs a request. */
final class ContentSecurityPolicy {
    private ContentSecurityPolicy() {}

    /** The policy under which only these scripts, the exact texts of their elements, run. */
    static String allowing(List<String> scripts) {
        StringBuilder policy = new StringBuilder("default-src 'none'; style-src 'unsafe-inline'; script-src");
        for (String script : scripts) {
            policy.append(" 'sha256-").append(hash(script)).append('\'');
        }
        return policy.append("; base-uri 'none'; form-action 'none'").toString();
    }

    private static String hash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
