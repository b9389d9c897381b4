// Only what is used, in this order: the layers decide who wins.
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './app.css';
