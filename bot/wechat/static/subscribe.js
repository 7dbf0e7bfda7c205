"use strict";

(() => {
  const given = document.currentScript.dataset;
  const said = document.getElementById("said");
  const button = document.getElementById("subscribe");

  function say(text) {
    said.textContent = text;
    said.hidden = false;
  }

  if (!button) {
    return;
  }
  if (!window.wx || !/MicroMessenger/i.test(navigator.userAgent)) {
    say("请在微信里打开这个页面。");
    return;
  }
  window.wx.config({
    debug: false,
    appId: given.app,
    timestamp: Number(given.timestamp),
    nonceStr: given.nonce,
    signature: given.signature,
    jsApiList: ["hideOptionMenu"],
    openTagList: ["wx-open-subscribe"],
  });
  window.wx.error(() => say("微信没有认出这个页面，请回公众号里重新打开；还是不行，发“订阅提醒”也可以。"));
  document.addEventListener("WeixinOpenTagsError", () => say("您的微信版本太旧，请升级；也可以回公众号里发“订阅提醒”。"));
  button.addEventListener("success", (event) => {
    const details = String((event.detail && event.detail.subscribeDetails) || "");
    say(details.includes("accept") ? "记下了，到时候微信通知您。想多收几次，再点一次。" : "没有允许，不会通知您。");
  });
  button.addEventListener("error", () => say("弹窗没有打开，请再点一次。"));
})();
