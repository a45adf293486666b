var i=`:host{position:relative!important;inset:auto!important;z-index:0!important;display:block!important;height:100%!important;min-height:320px!important}.panel.panel{position:absolute;inset:0;width:auto;height:auto;animation:none}
`;function p(t){let e=new CSSStyleSheet;e.replaceSync(i),t.adoptedStyleSheets=[...t.adoptedStyleSheets,e]}export{p as paint};
