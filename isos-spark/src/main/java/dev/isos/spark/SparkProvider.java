package dev.isos.spark;

import dev.isos.api.error.IsosException;
import dev.isos.study.execute.ExecutorProvider;
import dev.isos.study.execute.PointExecutor;

/** Brings {@link SparkExecutor}. */
public final class SparkProvider implements ExecutorProvider {
    private static final String SPARK = "org.apache.spark.api.java.JavaSparkContext";

    @Override
    public String id() {
        return "spark";
    }

    @Override
    public PointExecutor open(Setting setting) {
        try {
            Class.forName(SPARK);
        } catch (ClassNotFoundException e) {
            throw IsosException.badInput(
                    "executor spark needs Apache Spark 4 (org.apache.spark:spark-core_2.13) on the class"
                            + " path; the launcher in the source tree fetches it");
        }
        return SparkExecutor.open(setting);
    }
}
