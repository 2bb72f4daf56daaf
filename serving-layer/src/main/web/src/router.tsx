import type { ComponentChildren } from 'preact';
import { Observed, useObserved } from './observed';
import { Places } from './places';

/** The address bar. */
class Router extends Observed {
  path = location.pathname;
  query = new URLSearchParams(location.search);
  /** The page was reached by back or forward. */
  returned = false;
  private readonly places = new Places();

  constructor() {
    super();
    addEventListener('popstate', () => {
      this.places.comeBack();
      this.returned = true;
      this.moved();
    });
  }

  go(to: string): void {
    this.places.leave(to);
    this.returned = false;
    this.moved();
  }

  /** The page has been put on the screen: now its place can be found. */
  shown(): void {
    this.places.shown();
  }

  private moved(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
    this.changed();
  }
}

export const router = new Router();

export function useRoute(): Router {
  return useObserved(router);
}

interface LinkProps {
  href: string;
  class?: string;
  current?: boolean;
  id?: string;
  /** Leads where a link beside it leads too: one of them is enough for a keyboard or a screen reader. */
  second?: boolean;
  children: ComponentChildren;
}

/** A link that changes the page without loading it; with a modifier key it is an ordinary one. */
export function Link({ href, class: className, current, id, second, children }: LinkProps) {
  return (
    <a
      href={href}
      id={id}
      class={className}
      aria-hidden={second}
      tabIndex={second ? -1 : undefined}
      aria-current={current ? 'page' : undefined}
      onClick={(e) => {
        if (e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || e.button !== 0) return;
        e.preventDefault();
        router.go(href);
      }}
    >
      {children}
    </a>
  );
}
