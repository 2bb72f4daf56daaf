import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/shell.css';
import '../styles/pages.css';
import '../styles/event.css';
import '../styles/map.css';
import '../styles/tray.css';
import '../styles/social.css';
import '../styles/files.css';
import '../styles/narrow.css';
import { render } from 'preact';
import { session } from './api/session';
import { App } from './shell/App';

void session.load();
render(<App />, document.getElementById('page')!);
