package dev.isos.cli.input;

import dev.isos.api.workload.Preprocessing;
import java.util.Locale;

/** Names of well-known ways of turning pixels into inputs. */
public enum Preset {
    IMAGENET(Preprocessing.IMAGENET),
    CAFFE(Preprocessing.CAFFE),
    TENSORFLOW(Preprocessing.TENSORFLOW);

    private final Preprocessing preprocessing;

    Preset(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
    }

    public Preprocessing preprocessing() {
        return preprocessing;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
