package dev.isos.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a JUnit Jupiter test, or a class of them, that reads files which are too large or not free to be kept with the
 * sources.
 *
 * <p>The files are those below {@link SharedDataFolder#root()}. Where that folder is missing the test is reported as
 * skipped, never as passed. The tag {@code shared-data} selects these tests: {@code mvn verify -Dgroups=shared-data}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("shared-data")
@ExtendWith(SharedDataCondition.class)
public @interface SharedData {}
