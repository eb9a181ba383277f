package dev.isos.baselines.scnn.bank;

import java.util.Arrays;

/** A {@link BankTimer} for any number of banks: product by product. */
final class ProductBankTimer implements BankTimer {
    private final int bankMask;
    private final int queue;

    // of each bank, the cycle in which it is done with what waits for it
    private final int[] freeFrom;
    private int now;
    private int busyUntil;

    private int[] activationOffsets = new int[0];
    private short[] activations = new short[0];
    private int firstActivation;
    private int endActivation;

    ProductBankTimer(BankModel model) {
        this.bankMask = model.banks() - 1;
        this.queue = model.queue();
        this.freeFrom = new int[model.banks()];
    }

    @Override
    public void begin() {
        Arrays.fill(freeFrom, 0);
        now = 0;
        busyUntil = 0;
    }

    @Override
    public void activations(int[] offsets, short[] values, int from, int to) {
        activationOffsets = offsets;
        activations = values;
        firstActivation = from;
        endActivation = to;
    }

    @Override
    public void weights(int[] offsets, byte[] values, int from, int to) {
        int latest = 0;
        for (int i = from; i < to; i++) {
            for (int j = firstActivation; values[i] != 0 && j < endActivation; j++) {
                if (activations[j] != 0) {
                    int bank = offsets[i] + activationOffsets[j] & bankMask;
                    int free = Math.max(freeFrom[bank], now) + 1;
                    freeFrom[bank] = free;
                    latest = Math.max(latest, free);
                }
            }
        }
        busyUntil = Math.max(busyUntil, latest);
        now = Math.max(now + 1, latest - queue);
    }

    @Override
    public int cycles() {
        return now;
    }

    @Override
    public int cyclesUntilEmpty() {
        return Math.max(now, busyUntil);
    }
}
