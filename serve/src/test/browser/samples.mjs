/** Texts that a model may say. */

export const MARKDOWN = String.raw`## 이진 탐색

정렬된 배열에서 **반씩** 줄여 가며 찾습니다. 한 번에 $\log_2 n$ 단계면 충분합니다. [위키백과](https://ko.wikipedia.org/wiki/%EC%9D%B4%EC%A7%84_%EA%B2%80%EC%83%89)를 보세요.

1. 가운데를 본다.
2. 작으면 오른쪽, 크면 왼쪽 절반만 남긴다.
   - 남은 것이 없으면 없는 것이다.

~~~java
/** 찾은 자리, 없으면 -1. */
static int search(int[] sorted, int key) {
  int low = 0, high = sorted.length - 1;
  while (low <= high) {
    int middle = (low + high) >>> 1; // 넘치지 않는다
    if (sorted[middle] < key) low = middle + 1;
    else if (sorted[middle] > key) high = middle - 1;
    else return middle;
  }
  return -1;
}
~~~

$$x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a} \qquad \sum_{k=1}^{n} k = \frac{n(n+1)}{2}$$

| 방법 | 시간 | 메모리 |
|:--|:-:|--:|
| 순차 탐색 | $O(n)$ | $O(1)$ |
| 이진 탐색 | $O(\log n)$ | $O(1)$ |

> 가격은 $5에서 $6 사이이고, H<sub>2</sub>O는 물입니다.

![처마](https://images.example/eaves.png)
`;

/** Each would set \`pwned\`, open a dialog, load something or dress up, if the page let it. */
export const HOSTILE = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned=2">',
  '<img src="https://outside.example/pixel.png">',
  '<svg onload="window.pwned=3"><script>window.pwned=3</script></svg>',
  '<svg><animate onbegin="window.pwned=4" attributeName=x dur=1s></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.pwned=5&gt;">',
  '<style>body{display:none} @import url(https://outside.example/a.css);</style>',
  '<link rel=stylesheet href="https://outside.example/b.css">',
  '<iframe src="https://outside.example/frame"></iframe>',
  '<iframe srcdoc="<script>parent.pwned=6</script>"></iframe>',
  '<object data="https://outside.example/o"></object><embed src="https://outside.example/e">',
  '<form action="https://outside.example/f"><button formaction="javascript:window.pwned=7">누르기</button></form>',
  '<base href="https://outside.example/">',
  '<meta http-equiv="refresh" content="0;url=https://outside.example/">',
  '<div style="position:fixed;inset:0;background:url(https://outside.example/bg)">덮개</div>',
  '<dialog open class="small">가짜 창</dialog>',
  '<a href="javascript:window.pwned=8">하나</a>',
  '[둘](javascript:window.pwned=9)',
  '[셋](JaVaScRiPt:window.pwned=10)',
  '[넷](java&#115;cript:window.pwned=11)',
  '[다섯](&#x6A;avascript:alert(1))',
  '[여섯](data:text/html,<script>opener.pwned=12</script>)',
  '[일곱](vbscript:msgbox(1))',
  '[여덟](https://ok.example "\\" onmouseover=window.pwned=13 x=\\"")',
  '![아홉](https://outside.example/image.png)',
  '![열" onerror="window.pwned=14](javascript:window.pwned=14)',
  '![](https://outside.example/beacon?" onload="window.pwned=15)',
  '<https://outside.example/"onclick="window.pwned=16>',
  '```html" onmouseover="window.pwned=17\n<script>window.pwned=17</script>\n```',
  '$\\href{javascript:window.pwned=18}{x}$ $\\includegraphics{https://outside.example/k.png}$',
  '$\\htmlClass{toast}{y} \\htmlData{a=b}{z} \\htmlStyle{position:fixed}{w}$',
  '$\\def\\a{\\a\\a}\\a$',
  '<video src="https://outside.example/v" autoplay onplay="window.pwned=19"></video>',
  '<audio src=x onerror=window.pwned=20 autoplay>',
  '<details open ontoggle="window.pwned=21">x</details>',
  '<input autofocus onfocus="window.pwned=22">',
  '<marquee onstart="window.pwned=23">x</marquee>',
  '<noscript><p title="</noscript><img src=x onerror=window.pwned=24>">',
  '<template><script>window.pwned=25</script></template>',
  '<b onclick=window.pwned=26 class="toast" id="message">굵게</b>',
  '<a name=state href="https://ok.example" target=_self rel=opener>이름</a>',
  '<script type=module>import("https://outside.example/m.js")</script>',
  '<p slot=x is=y data-x=1 aria-live=assertive role=alert>속성</p>',
  '\u0000<\u0000script>window.pwned=27</\u0000script>',
];
