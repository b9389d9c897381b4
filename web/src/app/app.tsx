import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { connection } from '../api/connection';
import { queryClient } from '../api/queries';
import { router } from './router';
import { cssVariables, theme } from './style/theme';

/** Everything that stands around the pages. */
export function App(): React.ReactNode {
  // What has failed or changed while the server was away is fetched again.
  useEffect(() => connection.onBack(() => void queryClient.invalidateQueries()), []);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
