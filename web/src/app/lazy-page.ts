import { lazyRouteComponent, type AsyncRouteComponent } from '@tanstack/react-router';
import { loadAllTexts } from '../language';

/** A page that is fetched when it is needed first, with the words and the styles that the sign-in page does without. */
export function lazyPage<M extends Record<string, unknown>>(
  load: () => Promise<M>,
  name: keyof M & string,
): AsyncRouteComponent<object> {
  return lazyRouteComponent(async () => {
    const [page] = await Promise.all([load(), import('./style/styles'), loadAllTexts()]);
    return page as Record<string, () => React.ReactNode>;
  }, name);
}
