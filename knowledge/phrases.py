"""人们怎么问：归一的写法，像不像提问，一句里有几问；方言、繁体、客气话和口头禅都在这里收拾。"""

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """归一的写法：全角变半角、繁体变简体、方言变通语，去掉空白、标点、语气词和客套话。"""
    if _ODD.search(text) is not None:
        text = unicodedata.normalize("NFKC", text)
    text = _PARTICLES.sub("", text.lower().translate(_SIMPLE))
    text = _DIALECT.sub(_said, _JUNK.sub("", text))
    return _FILLERS.sub("", text) or text


def asking(text: str, bare: str) -> bool:
    """像不像提问：有疑问词、问号、问人的语气词，或者要人讲、要人发。`bare` 是 plain(text)。"""
    if _IDLE.search(bare):
        return False
    return _ASKING.search(bare) is not None or _TONE.search(text) is not None


def sentences(text: str) -> list[str]:
    """几问分开：按句末标点，和“还有”“另外”“一个是……二个是……”。"""
    return [part for part in _STOPS.split(text) if part and part.strip()]


def clauses(sentence: str) -> list[str]:
    """一句里的分句。"""
    return [part for part in _COMMAS.split(sentence) if part]


def listed(text: str) -> list[str]:
    """“材料和网址都发我”：并列要的几样；不是并列要的只有自己。"""
    return [part for part in _AND.split(text) if part] if _EACH.search(text) else [text]


def run_on(sentence: str) -> bool:
    """几样连着说，中间没有标点。"""
    return _ALL.search(sentence) is not None


def several(text: str) -> bool:
    """可能不止一问。"""
    return _BREAKS.search(text) is not None


def telling(bare: str) -> bool:
    """像是在说自己的情况，或者随口一句，没有疑问词就不当成问。"""
    return bare.startswith(_TELLING) or _IDLE.search(bare) is not None


def done(text: str) -> bool:
    """说的是做了、没做，不是要问什么。"""
    return _DONE.search(text) is not None


def _said(match: re.Match[str]) -> str:
    return _COMMON.get(match[0]) or match[0][:-1] + "次"


_COMMON = {
    "好多": "多少", "几多": "多少", "好长": "多久", "多长时间": "多久", "多长": "多久", "好大": "多大",
    "好久": "多久", "啥子": "什么", "啥时候": "什么时候", "哪阵": "什么时候", "哪个时候": "什么时候",
    "哪时": "什么时候", "几时": "什么时候", "何时": "什么时候", "为哪样": "为什么", "哪样": "什么",
    "啥": "什么", "咋个": "怎么", "啷个": "怎么", "浪个": "怎么", "咋样": "怎么", "咋子": "怎么",
    "咋": "怎么", "怎样": "怎么", "怎么样": "怎么", "如何": "怎么", "莫得": "没有", "没得": "没有",
    "冇得": "没有", "遭": "被", "晓得": "知道", "谁": "哪个", "哪点": "哪里", "哪塔": "哪里", "哪儿": "哪里",
    "哪块": "哪里", "里头": "里", "别个": "别人", "打回来": "退回来", "打回": "退回", "打转来": "退回来",
    "驳回": "退回", "帐号": "账号", "登陆": "登录", "要得不": "可以吗", "得行不": "可以吗",
    "得不得": "会不会",
}  # fmt: skip
_DIALECT = re.compile("|".join(sorted(_COMMON, key=len, reverse=True)) + "|[几一两二三多少]回(?!来)")
_SIMPLE = str.maketrans(
    "環級稅審報檢罰額費錢業請問題應標準獎勵補貼資網帳號碼廠評誰嗎麼麽個幾時間會處過還沒與專現場開議採選電話聯繫區縣紙質樣鋼鐵軋爐測監運輸門車證書產銷稱體條紅橙預減給總辦義難點盤單機構錯歷國際導優傳宣違無損後歸屬類別認動驟憑據齊備參東長復覆",
    "环级税审报检罚额费钱业请问题应标准奖励补贴资网帐号码厂评谁吗么么个几时间会处过还没与专现场开议采选电话联系区县纸质样钢铁轧炉测监运输门车证书产销称体条红橙预减给总办义难点盘单机构错历国际导优传宣违无损后归属类别认动骤凭据齐备参东长复覆",
) | {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ODD = re.compile(r"[^\x00-\x7f\u2014\u2018-\u201d\u2026\u3000-\u3011\u4e00-\u9fff\uff01-\uff5e]")
_JUNK = re.compile(r"[^\w+\-%.]|_|(?<!\d)\.|\.(?!\d)")
_PARTICLES = re.compile(
    r"(?<=\w)(?<![了没有])[哦喃嘛噻哈撒哟嘞咯哒呀啊嘎诶呢嗯迈哇咧嗦老]+(?=[^\w]|$)|(?<=[了没有])[哦喃嘛噻哈撒哟呀啊呢]+(?=[^\w]|$)"
)
_FILLERS = re.compile(
    r"^喂|你好|您好|请问|我?想?问一[下哈]|我?想问|问哈|就是说|那个就是|就是那个|帮我|麻烦|一哈|一下子?|老板[喊叫让]我|到底|我是会计|我们|咱们?|师傅|领导|老师"
)
_STOPS = re.compile(
    r"[？?。；;！!\n]+|(?:^|(?<=[，,、\s吗么呢嘛哦不]))还有(?![没效几多得机什啥哪好别个一戏])|另外|顺便|再问|"
    r"[一二三]个(?:事)?是|[，,、；\s]第?[二三][个、是]|第[一二三](?:个)?(?:问题)?[是，,、：:]|再就是|还想问"
)
_BREAKS = re.compile(_STOPS.pattern + r"|[，,、\s]|[和跟]|都[说给发讲要]|样都")
_COMMAS = re.compile(r"[，,、\s]+")
_AND = re.compile(r"和|跟|以及|还有|、|，|,|\s")
_EACH = re.compile(r"都[^，,]{0,3}[说给发讲要看]|[两三几]样|分别|各[说讲发给]|一起[说发]|一并|[和、]")
_ALL = re.compile(r"[两三几四]样|都[^，,]{0,3}[说给发讲要]|一起[说发讲]|分别[说讲]")
_TONE = re.compile(
    r"[?？]|(?<=\w)不[，,\s]|[迈噻撒哇嘛哈喃吗嗦吧]\W*$|[迈噻哇吗喃嗦][，,、\s]|(?:讲|说|念|发|给|列|报|介绍|解释|查)(?:一|几)?[哈下个份遍点]|"
    r"(?:对不对|对头不|是不是|要得不|得行不|(?<=\w\w)没得?|有没)\W*$"
)
_ASKING = re.compile(
    r"吗|么$|呢|有没有|[了上过到期来下好发]没有$|(?<!没)有.{1,9}(?<![也都])没有?$|(?<!没)有.{1,4}(?<![也都])没有|延长没有|完没有|成没有|什么|多少|(?<![一二三四五六七八九十])几|哪|多久|多大|多长|"
    r"多高|能否|是否|有无|还是|请问|想问|问一下|问下|想知道|告诉|介绍|解释|讲讲|说说|讲一下|说一下|发一下|要求|意思|区别|"
    r"不$|没$|(.)[不没]\1|(\w\w)[不没]\2|会不|可不可|行不|要不|算不|得不|怎|帮我|麻烦|给我|给个|给一|发我|发一|不到了|不开|不上|不去|忘|听说|"
    r"(?:后果|号码|电话|办法|(?<![短长])流程|条件|标准|天数|渠道|清单|网址|比例|下载|日期|含义|政策|周期|费用|期限|有效期|方式|好处|目标|程序|环节|步骤|规定|联系人|大纲)$"
)
_IDLE = re.compile(
    r"^你(?:们|还)?(?:是哪个|叫|会做|会什么|几点|吃)|^今天天气|^天气|吃饭|笑话|^(?:哪个知道|鬼知道|差不多|无所谓|不好说|算了|随便|管他|没什么|没有什么|不知道|记不)"
)
_DONE = re.compile(r"[了过着]|我们|我[去把]|还没|没[有得]|正在|知道|都[是有]|不同意|不?够|有\W*$")
_TELLING = ("有", "没", "无", "我", "已", "都", "是", "做", "在")
