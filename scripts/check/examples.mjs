// `npm run check:examples`: the code samples of the API reference in Python, Java and TypeScript are compiled, and those in Python and Java
// run against a server. Needs Debian; installs Python with its package requests, and a JDK, as root, unless they are there.
import { checkWithPackages } from './check-with-packages.mjs';

checkWithPackages('languages', {
  'python3-requests': '/usr/lib/python3/dist-packages/requests/__init__.py',
  'default-jdk-headless': '/usr/bin/javac',
});
