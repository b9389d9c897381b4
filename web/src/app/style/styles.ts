// All styles of the components, for every page but the sign-in page.
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
