/** Everything the page says, in Korean and in English. `{0}` is the first argument. */
import {prefs} from './state.js';

/** @type {Record<string, [ko: string, en: string]>} */
const TEXTS = {
  title: ['한옥', 'Hanok'],
  skip: ['입력창으로 건너뛰기', 'Skip to the message box'],
  conversations: ['대화 목록', 'Conversations'],
  conversation: ['대화', 'Conversation'],
  newConversation: ['새 대화', 'New conversation'],
  untitled: ['제목 없음', 'Untitled'],
  search: ['대화 찾기', 'Search conversations'],
  nothingFound: ['찾는 대화가 없습니다.', 'No conversation matches.'],
  noneYet: ['아직 대화가 없습니다.', 'No conversations yet.'],
  rename: ['이름 바꾸기', 'Rename'],
  renameOf: ['"{0}" 이름 바꾸기', 'Rename “{0}”'],
  newName: ['새 이름', 'New name'],
  remove: ['지우기', 'Delete'],
  removeOf: ['"{0}" 지우기', 'Delete “{0}”'],
  removeConversation: ['이 대화를 지울까요?', 'Delete this conversation?'],
  removeModel: ['이 모델을 지울까요?', 'Delete this model?'],
  noWayBack: ['"{0}"을(를) 지우면 되돌릴 수 없습니다.', '“{0}” cannot be brought back.'],
  cancel: ['취소', 'Cancel'],
  close: ['닫기', 'Close'],
  save: ['저장', 'Save'],
  sidebar: ['대화 목록 열고 닫기', 'Show or hide conversations'],
  theme: ['화면 색', 'Appearance'],
  themeAuto: ['자동', 'Automatic'],
  themeLight: ['밝게', 'Light'],
  themeDark: ['어둡게', 'Dark'],
  language: ['언어', 'Language'],
  archive: ['보관', 'Archive'],
  archiveHint: [
    '대화는 이 브라우저에만 있습니다. 파일로 내보내고, 다른 브라우저에서 가져올 수 있습니다.',
    'Conversations live in this browser only. Export them to a file, import them in another browser.',
  ],
  exportThis: ['이 대화 내보내기', 'Export this conversation'],
  exportAll: ['모두 내보내기', 'Export all'],
  importFile: ['파일에서 가져오기', 'Import from a file'],
  imported: ['대화 {0}개를 가져왔습니다.', 'Conversations imported: {0}.'],
  notImported: ['가져오지 못했습니다', 'Not imported'],
  notSaved: ['저장하지 못했습니다', 'Not saved'],
  notKept: [
    '이 창은 대화를 보관할 수 없습니다. 닫으면 사라집니다.',
    'This window cannot keep conversations. They are gone when you close it.',
  ],
  help: ['단축키', 'Keyboard shortcuts'],
  keySend: ['보내기', 'Send'],
  keyLine: ['줄 바꾸기', 'New line'],
  keyStop: ['멈추기', 'Stop'],
  keyEdit: ['마지막 질문 고치기 (빈 입력창에서)', 'Edit the last question (in an empty box)'],
  keyFocus: ['입력창으로', 'Go to the message box'],

  model: ['모델', 'Model'],
  modelOf: ['모델 {0}', 'Model {0}'],
  models: ['모델 관리', 'Models'],
  noModel: ['모델 없음', 'No model'],
  missing: ['{0} (서버에 없음)', '{0} (not on the server)'],
  noModelYet: [
    '서버에 아직 모델이 없습니다. 모델 관리에서 하나를 내려받으세요.',
    'The server has no model yet. Download one under Models.',
  ],
  modelName: ['내려받을 모델', 'Model to download'],
  modelNameHint: ['예: hf.co/사용자/저장소:Q4_K_M', 'e.g. hf.co/user/repository:Q4_K_M'],
  download: ['내려받기', 'Download'],
  pulled: ['{0} 내려받기를 마쳤습니다.', '{0} is downloaded.'],
  pulling: ['{0} 내려받는 중', 'Downloading {0}'],
  inMemory: ['메모리에 있음', 'in memory'],
  licence: ['사용 조건', 'Licence'],
  licenceAsk: [
    '{0}을(를) 내려받으려면 아래 사용 조건에 동의해야 합니다.',
    'To download {0} you must accept the licence below.',
  ],
  licenceText: ['사용 조건 전문', 'Full text of the licence'],
  accept: ['동의하고 내려받기', 'Accept and download'],
  decline: ['동의하지 않음', 'Decline'],

  compare: ['비교하기', 'Compare'],
  compareOff: ['비교 끝내기', 'Stop comparing'],
  settings: ['설정', 'Settings'],
  settingsOf: ['설정 {0}', 'Settings {0}'],
  settingsHint: [
    '이 대화에만 쓰입니다. 비워 두면 모델의 기본값을 씁니다.',
    'For this conversation only. An empty field leaves it to the model.',
  ],
  system: ['시스템 프롬프트', 'System prompt'],
  systemHint: ['모델이 어떻게 답해야 하는지 적습니다.', 'How the model should answer.'],
  sampling: ['샘플링', 'Sampling'],
  temperature: [
    '높을수록 다양하고, 0이면 늘 가장 그럴듯한 토큰',
    'Higher is more varied, 0 always takes the likeliest token',
  ],
  top_k: ['가장 그럴듯한 몇 개에서 고를지', 'How many of the likeliest tokens to choose from'],
  top_p: [
    '확률의 합이 이만큼 될 때까지의 토큰에서',
    'Choose from tokens that make up this probability',
  ],
  min_p: [
    '가장 그럴듯한 토큰의 이 비율보다 드문 것은 버림',
    'Drop tokens rarer than this share of the likeliest',
  ],
  repeat_penalty: [
    '되풀이를 누르는 힘, 1이면 없음',
    'How much repetition is held down, 1 is not at all',
  ],
  seed: ['같은 시드는 같은 답', 'The same seed gives the same answer'],
  num_predict: ['답의 최대 토큰 수, -1이면 제한 없음', 'Most tokens of an answer, -1 for no limit'],
  num_ctx: ['기억하는 토큰 수 (컨텍스트 길이)', 'Tokens it can remember (context length)'],
  reset: ['기본값으로', 'Reset'],

  message: ['메시지', 'Message'],
  placeholder: ['무엇이든 물어보세요', 'Ask anything'],
  send: ['보내기', 'Send'],
  stop: ['멈추기', 'Stop'],
  caution: [
    '답은 틀릴 수 있습니다. 중요한 것은 확인하세요.',
    'Answers can be wrong. Check what matters.',
  ],
  welcome: ['어서 오세요. 무엇을 도와드릴까요?', 'Welcome. How can I help?'],
  idea1: [
    '한옥의 처마가 휘어 있는 까닭을 설명해 줘.',
    'Explain why the eaves of a hanok curve upwards.',
  ],
  idea2: ['부산 2박 3일 여행 계획을 표로 짜 줘.', 'Plan three days in Busan, as a table.'],
  idea3: [
    '자바로 이진 탐색을 쓰고 한 줄씩 설명해 줘.',
    'Write binary search in Java and explain each line.',
  ],
  idea4: ['이차방정식의 근의 공식을 유도해 줘.', 'Derive the quadratic formula.'],

  question: ['질문 {0}', 'Question {0}'],
  answerOf: ['{0}의 답', 'Answer of {0}'],
  edit: ['고치기', 'Edit'],
  sendEdit: ['고쳐서 보내기', 'Send'],
  copy: ['복사', 'Copy'],
  copyCode: ['복사', 'Copy'],
  copied: ['복사했습니다.', 'Copied.'],
  notCopied: ['복사하지 못했습니다.', 'Could not copy.'],
  code: ['코드', 'code'],
  table: ['표', 'Table'],
  regenerate: ['다시 답하기', 'Regenerate'],
  resume: ['이어서 답하기', 'Continue'],
  previous: ['이전 것 보기', 'Previous version'],
  next: ['다음 것 보기', 'Next version'],
  version: ['{1}개 중 {0}번째', 'Version {0} of {1}'],
  latest: ['맨 아래로', 'To the latest'],
  writing: ['답을 쓰고 있습니다.', 'Writing an answer.'],
  answered: ['{0}의 답:', '{0} answered:'],
  stoppedWriting: ['멈추었습니다.', 'Stopped.'],
  endStopped: ['여기서 멈추었습니다.', 'Stopped here.'],
  endLength: ['길이 제한에 이르러 여기서 끝났습니다.', 'Ended here: the length limit was reached.'],
  endCut: ['연결이 끊겨 답이 여기까지입니다.', 'The connection broke, the answer ends here.'],
  failed: ['답하지 못했습니다', 'No answer'],
  dropped: [
    '대화가 컨텍스트보다 길어 앞부분의 토큰 {0}개를 빼고 답했습니다.',
    'The conversation is longer than the context: {0} tokens of its beginning were left out.',
  ],
  droppedSome: [
    '대화가 컨텍스트보다 길어 앞부분을 빼고 답했습니다.',
    'The conversation is longer than the context: its beginning was left out.',
  ],
  speed: ['초당 {0} 토큰', '{0} tok/s'],
  first: ['첫 토큰 {0}초', 'first token {0} s'],
  tokens: ['{0} 토큰', '{0} tokens'],
  context: ['컨텍스트', 'Context'],
  contextOf: ['{0} / {1} 토큰', '{0} / {1} tokens'],
  nearlyFull: [
    '컨텍스트가 거의 찼습니다. 새 대화를 시작하거나 num_ctx를 늘리세요.',
    'The context is nearly full. Start a new conversation or raise num_ctx.',
  ],
  unreachable: ['서버에 닿지 않습니다', 'The server cannot be reached'],
  reconnecting: ['다시 연결하고 있습니다…', 'Reconnecting…'],
  back: ['서버에 다시 연결되었습니다.', 'Connected to the server again.'],
  keyTitle: ['API 키', 'API key'],
  keyAsk: [
    '이 서버는 API 키를 요구합니다. 창을 닫을 때까지만 기억합니다.',
    'This server wants an API key. It is kept until you close the window.',
  ],
  keyNeeded: ['API 키가 필요합니다.', 'An API key is needed.'],
  keyUse: ['확인', 'Use it'],
};

/** @returns {'ko' | 'en'} */
export function language() {
  return prefs.language || (/^ko\b/i.test(navigator.language) ? 'ko' : 'en');
}

/** @param {string} name @param {...(string | number)} values */
export function t(name, ...values) {
  return TEXTS[name][language() === 'ko' ? 0 : 1].replace(/\{(\d)\}/g, (_, index) => values[index]);
}

/** @param {number} value @param {number} [digits] after the point */
export function n(value, digits = 0) {
  return value.toLocaleString(language(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** @param {number} bytes */
export function size(bytes) {
  return bytes >= 1e9 ? `${n(bytes / 1e9, 1)} GB` : `${n(bytes / 1e6, bytes < 1e7 ? 1 : 0)} MB`;
}
