package dev.isos.baselines.systolic;

/** Which operand of the matrix product stays in the processing elements of the array. */
public enum Stationarity {
    /** Sums stay: rows are output positions, columns are filters, the window (c, r, s) streams through. */
    OUTPUT("systolic-os", "output"),
    /** Weights stay: rows are elements of the window, columns are filters, output positions stream through. */
    WEIGHT("systolic-ws", "weight"),
    /** Inputs stay: rows are elements of the window, columns are output positions, filters stream through. */
    INPUT("systolic-is", "input");

    private final String dataflow;
    private final String text;

    Stationarity(String dataflow, String text) {
        this.dataflow = dataflow;
        this.text = text;
    }

    /** Id of the dataflow and of the accelerator. */
    public String dataflow() {
        return dataflow;
    }

    /** Name of the operand. */
    public String text() {
        return text;
    }
}
