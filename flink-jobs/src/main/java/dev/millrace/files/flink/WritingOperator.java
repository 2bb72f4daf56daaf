package dev.millrace.files.flink;

/** An operator that writes to the bucket. A checkpoint, and its end, wait for what is being written. */
abstract class WritingOperator<T> extends StoreOperator<T> {
    private static final long serialVersionUID = 1;

    transient OrderedWrites writes;

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    WritingOperator(ContentStore.Access access) {
        super(access);
    }

    @Override
    public void open() throws Exception {
        super.open();
        writes = new OrderedWrites(store, mailbox);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        writes.await();
    }

    @Override
    public void finish() throws Exception {
        writes.await();
        super.finish();
    }

    @Override
    public void close() throws Exception {
        if (writes != null) {
            writes.close();
        }
        super.close();
    }
}
