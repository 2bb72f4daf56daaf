package dev.millrace.files.flink;

import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;

/** An operator that works with the bucket on other threads, and with what comes of it on its task's. */
abstract class StoreOperator<T> extends AbstractStreamOperator<T> {
    private static final long serialVersionUID = 1;

    private final ContentStore.Access access;
    /** Where other threads leave what the task's is to do. */
    transient MailboxExecutor mailbox;

    transient ContentStore store;

    @SuppressWarnings("NullAway.Init") // what is made when it is opened
    StoreOperator(ContentStore.Access access) {
        this.access = access;
    }

    @Override
    public void setMailboxExecutor(MailboxExecutor mailboxExecutor) {
        mailbox = mailboxExecutor;
    }

    @Override
    public void open() throws Exception {
        super.open();
        store = access.open();
    }

    @Override
    public void close() throws Exception {
        if (store != null) {
            store.close();
        }
        super.close();
    }
}
