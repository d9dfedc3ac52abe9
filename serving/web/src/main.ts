import './styles/tokens.css';
import './styles/base.css';

import { mount } from 'svelte';

import App from './App.svelte';

const target = document.getElementById('page');
if (target === null) throw new Error('expected an element #page in the document, found none');
mount(App, { target });
