import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../shared/theme.css';
import './console.css';
import './print.css';
import { App } from './App.tsx';

const root = document.getElementById('root');
if (!root) throw new RangeError('console.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
