package dev.isos.study.batch;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/** How full the memory of the process is. */
public final class Heap {
    private static final double TIGHT = 0.7;

    private Heap() {}

    /** Whether the last collection left most of the heap in use. */
    public static boolean isTight() {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage left = pool.getCollectionUsage();
            if (pool.getType() == MemoryType.HEAP
                    && pool.getName().contains("Old")
                    && left != null
                    && left.getMax() > 0
                    && left.getUsed() > TIGHT * left.getMax()) {
                return true;
            }
        }
        return false;
    }
}
