import { Outlet } from '@tanstack/react-router';
import { RootOnly } from '../app/require-permission';

/** Around all pages of the server: they are for its administrator. */
export function ServerFrame(): React.ReactNode {
  return (
    <RootOnly>
      <Outlet />
    </RootOnly>
  );
}
