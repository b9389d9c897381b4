import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { fieldsIn, searchOf } from './address-fields';

const writeMillis = 200;

/**
 * State of a list that stands in the address of its page: it survives a reload and Back, and goes along with a link.
 * Fields can be typed into: the address follows a moment later.
 *
 * @param defaults all fields; those that are as here do not stand in the address
 */
export function useAddressState<V extends Record<string, string>>(defaults: V): [V, (change: Partial<V>) => void] {
  const navigate = useNavigate();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const inAddress = fieldsIn(search, defaults);
  const address = JSON.stringify(inAddress);
  const [state, setState] = useState(inAddress);
  const newest = useRef(inAddress);
  const written = useRef(address);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // The reader has gone back, or followed a link.
  useEffect(() => {
    if (address === written.current) return;
    clearTimeout(timer.current);
    written.current = address;
    newest.current = JSON.parse(address) as V;
    setState(newest.current);
  }, [address]);

  const set = (change: Partial<V>): void => {
    const next = { ...newest.current, ...change };
    newest.current = next;
    setState(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      written.current = JSON.stringify(next);
      const own = searchOf(next, defaults);
      const options = { to: '.', search: (all: object) => ({ ...all, ...own }), replace: true, resetScroll: false };
      void navigate(options as never);
    }, writeMillis);
  };
  return [state, set];
}
