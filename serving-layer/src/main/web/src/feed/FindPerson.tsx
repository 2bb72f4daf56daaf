import { useState } from 'preact/hooks';
import { router } from '../router';
import { personHref } from './Face';

const ID_CHARS_MAX = 128;

export function FindPerson() {
  const [wanted, setWanted] = useState('');
  return (
    <form
      class="go-to"
      role="search"
      onSubmit={(e) => {
        e.preventDefault();
        if (wanted.trim()) router.go(personHref(wanted.trim()));
      }}
    >
      <label for="person-id">Go to someone by their id</label>
      <div class="go-to-row">
        <input
          id="person-id"
          value={wanted}
          maxLength={ID_CHARS_MAX}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onInput={(e) => setWanted(e.currentTarget.value)}
        />
        <button type="submit">Go</button>
      </div>
    </form>
  );
}
