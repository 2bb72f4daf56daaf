import type { ComponentChildren } from 'preact';
import { Observed, useObserved } from './observed';

/** The address bar. */
class Router extends Observed {
  path = location.pathname;
  query = new URLSearchParams(location.search);

  constructor() {
    super();
    addEventListener('popstate', () => this.moved());
  }

  go(to: string): void {
    history.pushState(null, '', to);
    this.moved();
    scrollTo(0, 0);
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
  children: ComponentChildren;
}

/** A link that changes the page without loading it; with a modifier key it is an ordinary one. */
export function Link({ href, class: className, current, children }: LinkProps) {
  return (
    <a
      href={href}
      class={className}
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
