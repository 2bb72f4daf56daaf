import { Component, type ComponentChildren } from 'preact';

/** Shows that a page broke instead of an empty screen; everything around it goes on working. */
export class Mishap extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override componentDidCatch(e: unknown): void {
    console.error(e);
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div class="plain-page">
        <h1>This page broke</h1>
        <p>That is our mistake. What you hold or have booked is not affected.</p>
        <button type="button" onClick={() => location.reload()}>
          Load it again
        </button>
      </div>
    );
  }
}
