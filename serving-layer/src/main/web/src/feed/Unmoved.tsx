import { Component, createRef, type ComponentChildren } from 'preact';

interface UnmovedProps {
  children: ComponentChildren;
}

/** Where what is being read stands on the screen: one post, or the next of them that is still there. */
type Standing = [post: Element, top: number][];

/** A list that changes without moving what is being read: it scrolls by as much as grew or went above. */
export class Unmoved extends Component<UnmovedProps> {
  private readonly box = createRef<HTMLDivElement>();

  override getSnapshotBeforeUpdate(): Standing {
    const box = this.box.current;
    // Whoever sees the list's beginning sees what comes there.
    if (!box || box.getBoundingClientRect().top >= 0) return [];
    const standing: Standing = [];
    for (const post of box.querySelectorAll('.post')) {
      const { top, bottom } = post.getBoundingClientRect();
      if (bottom <= 0) continue;
      if (top > innerHeight) break;
      standing.push([post, top]);
    }
    return standing;
  }

  override componentDidUpdate(_props: UnmovedProps, _state: unknown, standing: Standing): void {
    const kept = standing.find(([post]) => post.isConnected);
    if (!kept) return;
    const moved = kept[0].getBoundingClientRect().top - kept[1];
    if (moved !== 0) scrollBy({ top: moved, behavior: 'instant' });
  }

  override render() {
    return (
      <div class="unmoved" ref={this.box}>
        {this.props.children}
      </div>
    );
  }
}
