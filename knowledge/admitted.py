"""话里说的是自己、而且现在做的：去掉否定的、改口以前的、外协的、以前的、客户的。"""

import re
from collections.abc import Sequence

from knowledge.places import place_names
from knowledge.spelling import STOP

_ASKED = re.compile(
    r"(?<!但)([\u4e00-\u9fff])不\1|有没有|有没得|有无|不锈|不饱和|不干胶|不定[形型]|不光|不仅|不但|不只|不止|不知道|不晓得|不清楚|不太懂|不懂|不好意思|不烧窑的砖|不烧的砖|不进窑的砖|不一定"
)
_KEPT = {"不烧窑的砖", "不烧的砖", "不进窑的砖", "不锈", "不饱和", "不干胶", "不定形", "不定型"}
_DENIAL = re.compile(
    r"(?:没得|没有|莫得|不用|无)(?:窑|窑子|砖窑|锅炉)的(?=.)|不(?:喷漆|喷粉|上漆|刷漆|电镀|发泡|印刷|熔炼)的(?=[^，]{2})|(?:并?不是|不做|不搞|不弄|不生产|不含|不涉及|不属于|不算|不用|不带|不需要|不给|不[修造喷印卖产开养拌炼搭镀采压铸烧轧染挖接熔焙磨织纺翻收切裁挤沾碰煅打焊刷熬兑吹]|"
    r"不(?=热处理|电镀|电解|合成|印刷|造纸|注塑|压铸|喷涂|挤压|粉磨|采矿|发泡|氧化|涂装|淬火|发黑|酸洗|磷化|熔|冶炼)|没有|没得|莫得|还没(?:改|上|换|建|装|搞)|没上|没建|没装|没做|没搞|冇得|没(?=锅炉|喷|镀|炉窑|电镀)|(?:客户|别人|人家)自己|并非|没涉及|无(?=锅炉|炉窑|喷|涂装|电镀))"
    r"[^，]*?(?=而是|就是|就(?=[烧压拉印做搞造轧磨拌喷切采挖熔注])|一直|平时|只(?!有(?![磨一两轧拌]))|(?<!不)是|但|现在|，|$|(?<=[^，不是没得有做搞]{2})(?:光(?=[轧做磨拌压印切])|专(?=[门做])|我们|(?:买|拿|用)(?!的|来的|回来的|过的|不)[^，]{2}|全是|都是))"
)
_DENIED_ENGLISH = re.compile(r"\b(?:not|no|without|non) [a-z -]+?(?= but |，|$)")
_RHETORIC = re.compile(r"吗(?=，|$)|不(?:就?是|[做搞])[^，]*[嘛么](?=，|$)")
_REFUSED = re.compile(
    r"(?:不做|不搞|没做|没搞|没得|莫得|没有|都不[出做产搞有]|[都也]没见过|停了|停产|关停|关了|关掉|倒闭了?|垮了|(?:早就?)?拆(?:球|完|掉|光|除|干净)*了(?:(?:[一二两三四五六七八九十几0-9]+[来多]?|好多|好几)年了?)?|不是我们(?:自己)?[\u4e00-\u9fff]?的?|外协|外包|(?<!往)外发|委外|送外面[\u4e00-\u9fff]{0,2}|送出去|卖了|卖掉|拆了|取消|淘汰|包给|包出去)"
    r"(?:出去|给别人|别人|外头|外面|人家|的|了|加工|做)*$"
)
_SENT = re.compile(
    r"(?:拿去|拿到|拉到|拉去|送到|送去|发到|送)(?:外面|外头|外厂|外边|别人|别个|人家)(?:那里|那儿|厂里)?[^，]{1,8}?(?:回来|(?=，|$))"
)
_NO_KILN = re.compile(r"((?:没得|没有|莫得|冇得)(?:窑|锅炉))(?=[^炉子头烧的、和也跟还房里厂，][^，]{3})")
"""没得窑熟料买来的：没有的只是窑。"""
_RATHER = re.compile(r"不([做卖产修造烧搞喷印])[^，、]{1,8}?(?=(?<![不没])\1)")
_PAST = re.compile(
    r"(?:以前|原来|之前|过去|原先|早先|前几年|去年)[^，]*，"
    r"(?=[^，]*(?:现在|目前|如今|今年|改|转)|[^，]*，[^，]*(?:现在|目前|如今)(?!还?[想要问]|准备|打算))"
)
_ADDED = re.compile("(?:今年|去年|后来|现在)[^，]{0,2}(?:又|再|新|另|还)(?:新?[加上添增搭])")
"""后来又添的：原来的一样还在做。"""
_PAST_INNER = re.compile(r"(?:以前|原来|之前|过去|原先|早先)[^，]*?(?=现在|目前|如今|改|转)")
_CORRECTED = re.compile(
    r"^.*(?:算了|说错了?|打错了?|搞错了?|哦不|噢不|不对不对|(?<!是)不是不是|(?:^|[，哈呃哎唉欸诶])(?:呃|哎|唉|欸|诶)不是|，不(?:是|对|得)?(?=，.{3}))[，哈嘛哦，]*(?=.{3,})"
)
_REPLACED = re.compile(r"(?:^|(?<=，))[^，]{1,10}?(?:停了|拆了|关了|淘汰了|不用了)(?=改|换)")
_BESIDE = re.compile(
    r"(?:厂|就)?在[^，]{1,6}?(?:厂|站|矿|店|公司)(?:的)?(?:边上|旁边|隔壁|对面)|(?:^|(?<=，))[^，]{1,6}?(?:厂|站|矿|店|公司)(?:边上|旁边|隔壁|对面)(?=，)|"
    r"(?:^|(?<=，))[^，]*(?:跟|和|与)我们[^，]{0,3}(?:莫得|没得|没有|没|无)[^，]{0,2}关系|(?:客户|甲方|下游)(?:主要|都|多|大多|全)*(?:是|为)[^，]*?(?=，|$|我们|就是|现在)|"
    r"[跟和与][^，我]{1,8}?(?:莫得|没得|没有|没|无)(?:啥子?|任何|得)?关系|"
    r"(?:^|(?<=，))(?:拿来|拿去|用来|用在|铺的|铺)[^，]{1,12}(?:那种|用的|上)(?=，|$)|(?<=，)(?!自己|我们|家)[^，自我]{2,12}?用的(?=，|$)|"
    r"(?:^|(?<=，))[^，]*(?:跟|和|与)我们[^，]{0,2}两(?:家|码|个公司)[^，]*|原料[^，]{0,3}(?:别个|别人|人家|外面)[^，]*|"
    r"(?:是|走|用)管道(?:输?送|供)[^，]*|[^，]{1,8}[炉窑]子?[上里顶][头面]?(?:的|插起?的?|插着|砌着?的?)(?=.)|(?:插|砌|装)[在到][^，]{1,8}?[炉窑][^，]{0,3}?的"
)
"""挨着的厂、客户、没有关系的：不是自己做的。"""
_FOR_OTHERS = re.compile(
    r"(?<!不)(?:给|帮|替|为)[^，]{1,10}?(?<!提)供(?![热暖水电应货])(?=.)|(?<![输配])送[^，]{1,6}?(?:厂|站|公司)(?=，|$)|"
    r"(?:给|帮|替)[^，]{1,12}?拉(?:货|水泥|砂石|料)|拉[^，]{1,6}?的(?:车队|货车|车)|"
    r"(?:给|帮|替)[^，刷喷漆镀涂贴]{1,14}?(?:做配套|配套|供货|供应|提供|代工|做|加工|生产)|(?:给|帮|替)[^，]{1,8}?(?:厂|店|站|公司|企业|人家)(?:们)?(?=[印喷磨供打注压铸挤])|(?:给|帮|替)[^，]{0,4}[镀漆喷涂][^，]{0,3}[厂站店](?=[做造]|处理|生产)|"
    r"给[^，]{1,8}?(?:厂|站|店|公司)(?=，|$|用(?:的|$)|拉|运|送|供(?![应货]))|(?<![提])供(?=[^，的]{1,8}(?:窑|厂|站)(?:和|、|$))[^，]{1,12}$|(?:供给|卖给|送给|供应给|供货给|交给)[^，]{1,10}|"
    r"\b(?:sold|sells?|suppl(?:y|ied|ies)) (?:it |them )?to [a-z ]+?(?=，|$)|"
    r"(?:给|帮|替)[^，]{1,6}?配的(?=，|$)|为[^，]{1,14}?(?:做配套|配套|供货|供应|提供|代工)"
)
_MISPUT = re.compile(
    r".{0,4}?(?:莫|不要|别|不得|不该|非要?|硬要?)(?:又|再|要)?(?:给|把)?我们?(?:又|再)?(?:整|归|划|算|弄|分)(?:成|到|为|进|起)?.*|"
    r"(?:喊|叫|非要|硬要|让|要)我们?(?:按|填|报|当).*|.{0,6}(?:非说|硬说|都说|偏说)我们?.*|"
    r"(?:别个|别人|别的厂)们?都.*?我们?还?[没不].*|"
    r".*[把给拿]我们?(?:厂|公司)?.{0,3}?(?:归|划|算|填|弄|整|分|登记|写|报|选|挂|放|列)(?:到|成|为|进|在|起).+|"
    r".{0,3}(?:厂名|公司名|名字|名称)(?:里头?|上|头)?(?:有|带|含|叫).*?(?=其实|实际|$)"
)
_THOUGHT = re.compile("[^，]{0,6}(?:以为|当成|误认)[^，]*?(?=其实|实际)")
_UNSAID = re.compile("(?:莫|别|不要|不得|不该)再?(?:说|提|按|当|喊).{0,10}$")
_UNSAID_SIGNS = frozenset("莫别不")
_MISTAKEN = re.compile("以为|当成|误认|看成|当作|听成")
_ACTUALLY = re.compile("其实|实际|我们")
_QUERIED = re.compile(".{0,4}还算不算.*|(?:属于|算|归).{2,8}[不吗嘛]$")
"""说别人把我们归错了的、名字里带着的：不是自己做的。"""
_MISPUT_SIGNS = frozenset("莫喊硬非名属归说把给拿别以当误看听还")
_NUMBER = "[0-9一二两三四五六七八九十几多百千万半]+"
_HOLLOW = re.compile(
    r"(?:请问|想问|问问|问一?[下哈]|麻烦|帮忙|帮我|不晓得|不知道|不清楚|你|看一?[下哈看]?|查一?[下哈查]?|到底|究竟|应该|该)*(?:我们|这种|这个)?(?:是|该|要|应该)?(?:属于?|算|归|报|填|选|评)(?:在|到|于|进)?"
    r"(?:国家的?还是地方的|(?:哪|什么|啥)(?:子|个|种|一)?(?:个|类|行业|行|类别|分支|块|里|级)*)(?:的|呢|嘛|啊|哦|吗|噻|管|块|头|边)*|"
    r"(?:我们?)?(?:想|来)?咨询(?:一?下|哈)?|(?:我们|我)?(?:这边|这里)的?情况|(?:可以|能够?)?评(?:哪个|什么|几|啥子)等?级|"
    r"你好|您好|老师|谢谢|请问|麻烦|帮忙看一?下|领导|老板(?:喊|叫)我来?问一?下?|"
    rf"(?:我们)?(?:厂区?|公司|车间)?(?:开|坐落|位于|设|建|搬)?(?:在|到)[^，]{{0,3}}?(?:{'|'.join(place_names())})(?:区|县|市)?(?:[^，]{{0,4}}?(?:园区|园|镇|街道|开发区|经开区|组团|那边|这边))?|"
    rf"(?:一共|总共|大概|有|上了)?{_NUMBER}(?:来|多|个)?(?:条|个|台|套)?(?:大|小|自动|生产)?线(?![材缆路])|"
    rf"(?:一?年|月|日|每年|每天|每月)产(?:量|能)?(?:大概|差不多|约)?{_NUMBER}(?:多|来)?(?:万|千|百)?(?:多)?(?:吨|方|立方|平方?米?|件|台|套|匹|片|米|个|只|双|块)?|"
    rf"(?:有|招了)?{_NUMBER}(?:来|多)?(?:号|个)?(?:工人|人|员工)|(?:开|干|做|办|搞)了{_NUMBER}(?:来|多)?年|一天[^，]{{0,3}}班|"
    rf"(?:去年|前年|今年|上个?月|刚|才)+(?:搬|投产|建成|开业|注册|成立)[^，]*|占地{_NUMBER}亩|规上企业|小厂|老厂(?!区)了?|新厂(?!区)"
)
"""只说在哪里、多大、问算哪一类的：没有说做什么。"""
_HOLLOWING = frozenset("哪什啥国询况评你您老师谢请麻帮领在到线产人员年班搬投建成册立亩规小新")
_TALK = re.compile(
    r"(?:^|(?<=，))(?:我是|我)?(?:厂|公司|单位)?(?:头|里|里头)?(?:才|刚|新)+(?:来|接手|上任|调来|到岗|招进来)的?(?:环保|安环|安全|办公室|行政)?(?:员|专员|部|科|的)?(?:，|$)|"
    r"(?:我是)?(?:厂|公司)(?:头|里|里头)?新来的(?:环保|安环|安全|行政)[员部科](?:的)?|"
    r"(?:领导|老板|老总|厂长|上头)(?:喊|叫|让|安排|要)我(?:先|来|去)*(?:弄|搞|打听|问|查|理|摸|了解)(?:清楚?|明白|归类|分类|这个|这事|情况|政策|一?[下声]|哈|归哪[类里]|属哪类|行业|算哪[类样])*(?=，|$)|"
    r"(?:麻烦|请|劳烦|求)?(?:你|您)?(?:给|帮)(?:我们?|咱们?)?(?:指[个一]?(?:条)?(?:路|点)|指点|理|捋|看)(?:一?下|哈|嘛|撒|噻|吧)*(?=，|$)|(?:麻烦|辛苦|请|劳烦)?(?:你|您)?指点(?:一?下|哈|嘛)*(?=，|$)|"
    r"(?:我|我们)?(?:把)?(?:附件|名录|文件|通知|清单|表)?(?:上头?)?(?:看|找|翻|查|研究)了(?:半天|好久|好几遍|几遍|一上午|一下午|好多遍)(?:附件|名录|文件|通知|清单)?(?:也|都|还)?(?:还?是)?(?:没看懂|不明白|没找到(?:自己)?|没弄懂|看不懂|搞不懂|没搞懂|没看明白)?|"
    r"(?:电话打了|问了|嘴笨|我嘴笨)[^，]{0,8}说不清楚?|(?:师傅|前任)走了没人教|(?:啥子?|什么)都(?:不懂|不晓得)|(?:先)?(?:谢谢|多谢|感谢|辛苦)(?:了|你了|您了|指点)?(?=，|$)|"
    r"(?:昨天|前天|今天|上周)?去?开会(?:听说|说)(?:要)?(?:分级|评级|搞分级)?(?=，|$)"
)
"""客套、来由：没有说做什么，字里却会撞上别的词。"""
_TALKING = frozenset("新才刚喊叫让安要指点理捋看翻找谢辛懂会师查")
_UNDONE = re.compile(
    r"(?:[不没未无]|没有|不再|从不|不得)(?:清?洗|破碎|打碎|粉碎|撕碎|熔|化|造粒|打浆|冶炼|加工|拆解?|重熔|炼|再生|分解)"
)
_DEALS = re.compile("打包|打捆|压块|压包|转手|转卖|倒手|倒卖|中转|收[购来进]?|卖|收购")
_WORKED = re.compile("[熔炼炉锭浆]|造粒|颗粒|破碎|清洗|化成")
BRIEF, _METERS = 14, frozenset("电水气汽度读")
_METERED = re.compile("用[电水气汽](?=$|，|[度量费数多少大高单账])|[电水气]费|[电水]表(?!厂|壳)|度数|读数|耗电")
_MAKES = re.compile("[做造产搞弄烧炼印喷镀厂]|加工")
"""问的是用了多少电、水、气，没有说做什么。"""
_ASSEMBLES = re.compile("组装|装配|拼装|拧螺丝|打螺丝|装起来|装到一起")
_READY = re.compile(
    r"(?:买|外购|外采|采购|进|拿)[^，]{0,6}(?:喷|漆|涂|镀|上[了过]?色)[好过完了][^，]*|"
    r"(?:喷|漆|涂|镀)[好过完了]?[^，]{0,8}(?:买|外购|外协|现成|外采|别人|供应商|外头|外面)[^，]*|"
    r"(?:买|外购|外采|采购)[^，]{0,8}(?:零件|配件|外壳|壳子|部件|散件|板件|管子|件)[^，]*(?=.*(?:不|没|没得|没有)(?:喷|上漆|涂|刷漆|电镀))"
)
_IDLE_SIGNS = frozenset("组装拧不没未无")
_VEHICLES = re.compile("整车|挖掘机|装载机|起重机|轮船|造船|集装箱|家具|电子|电路|芯片|主板|手机|电脑|贴片")
_SELLING = re.compile(
    r"(?:[不没]|没有|没得|莫得)(?:得|自己)?生产(?=，|$)|(?:只|光|纯|专门|就是)(?:卖(?!这[个些种样两])|销售|批发|跑|拉(?![铜铝管棒丝线杆玻])|租|收租|做贸易|搞贸易)|门市|门面|(?:卖|销售|经销|批发)[^，]*的(?:店|铺|摊)"
)
_SOLD_ONLY = re.compile("卖|销|批发|零售|代理|贸易|门市|门面|仓库|拉|跑|租")
_PLACES = tuple(
    "店 景区 漂流 客运 货运 物业 馆 公园 贴膜 刺绣 实验室 超市 旅游 快递 学校 幼儿园 医院 小区 施工".split()
)
_MAKING = re.compile("生产|制造|加工|自己[做造产烧磨]|自产|自[己]?有厂|[做造]")
"""只卖、只运、只租，自己不做的。"""
_CORRECTED_SIGNS = frozenset("算错哦噢不呃哎唉欸诶")
_DENYING = frozenset("不没无莫冇免并非客别人有")
_PAST_SIGNS = frozenset("前来去原早")
_SENT_SIGNS = frozenset("拿拉送发停拆关淘不")
"""各式子里总有的字：一个也没有的话不必看。"""
_MARK_SIGNS = frozenset(
    "不没无非硬喊把插砌停外委拆取送给帮替为错包供拉卖关莫垮倒旁隔边对属名下甲客别人算以原之过早前去淘os"
)
_MARKS = re.compile(
    r"[不没无非硬喊把插砌停外委拆取送给帮替为错包供拉卖关莫垮倒旁隔边对]|属于|厂名|公司名|名字|名称|下游|甲方|客户|别人|人家|算了|以前|原来|之前|过去|原先|早先|前几年|去年|淘汰|no|sold|sell|suppl"
)

_STEPLESS = re.compile(
    r"(?:[不没无]|没有|没得|不做|no )(?:炉子|窑|喷|焊|镀|电镀|热处理|锅炉|铸|painting|plating|boiler)"
)
_BARE = re.compile(r"(?:[不没无]|没有|没得|不做|不搞)(?:后处理|表面处理|别的工序|其他工序)")
_ONLY = re.compile(r"只|就是|就(?=拧|装|组装)|光(?=[做打拧装])|纯|only")
_OPEN = re.compile(
    r"(?:算|到底是)(?!国|地方|哪|不算)[^，还]{1,6}还是(?!国|地方|哪|怎|咋|啥|什么)|分[几好多]+[种类样]|还是[^，]{0,8}?(?:不晓得|不知道|不清楚|说不清|没搞清|[再要去]+问)|没问清|没问$|没搞清|没弄清|没去看|没看过|有的说|有没有[^，]{0,6}(?:不晓得|不知道|不清楚)|没说|没讲|说不准|说不清|分不清|没分清|没有分清|(?:不晓得|不知道|不好说)[是算归该](?!不|[于属归算报填]*(?:哪(?!种)|什么|啥))|不一定|看情况|看客户|"
    r"(?:不清楚|不晓得|不知道)[^，归算属报]{0,4}[是用][^，]{1,4}还是[^，哪怎咋啥什]{1,4}|(?:[^，的]{1,3}的){2,}我?[就还也]?(?:不晓得|不知道|不清楚)|"
    r"都有?可能|看行情|还要问|要?回去问|忘了|记不清|没想好|没定|可能[^，]{0,4}可能|应该报|(?:哪里?来|什么|啥子?|怎么[^，]{0,2})的?(?:不晓得|不知道|不清楚)"
)
_SETTLED = frozenset("没说分不看都要可应忘记")
"""说不准的话里总有的字。"""
_WHETHER = re.compile(r"(.)不\1[^，]{0,4}(?:不清楚|不知道|不晓得)")


def is_open(text: str) -> bool:
    """说的人自己也说不准是哪一样。"""
    if "不" in text and _WHETHER.search(text) is not None:
        return True
    return ("还是" in text or not _SETTLED.isdisjoint(text)) and _OPEN.search(text) is not None


def stepless(text: str, denied: int = 0) -> bool:
    """一连说了几道工序都没有，或者说了没有别的工序；`denied` 是听出来没有的工序有几道。"""
    return max(denied, len(_STEPLESS.findall(text))) + bool(_ONLY.search(text)) > 1 or _BARE.search(text) is not None


def hollowed(own: str) -> str:
    """去掉只说在哪里、多大、问算哪一类的；去完什么也不剩的照原样。"""
    if _HOLLOWING.isdisjoint(own):
        return own.strip(STOP) or own
    return _HOLLOW.sub("", own).strip(STOP) or own


def untalked(text: str) -> str:
    """去掉客套和来由；去完什么也不剩的照原样。`text` 已经 normalise。"""
    if _TALKING.isdisjoint(text) and "问了" not in text:
        return text
    return _TALK.sub(STOP, text).strip(STOP) or text


def idle(text: str, own: str) -> bool:
    """只收来打包转卖，不洗不碎不熔；只拿买来的喷好的件组装：一道要评级的工序也没有；问用电用水的也不是说行当。"""
    if len(text) <= BRIEF and not _METERS.isdisjoint(text) and _METERED.search(text) and not _MAKES.search(text):
        return True
    if _IDLE_SIGNS.isdisjoint(text):
        return False
    if _ASSEMBLES.search(own):
        return _READY.search(text) is not None and _VEHICLES.search(text) is None
    if len(_UNDONE.findall(text)) > 1 or (_UNDONE.search(text) and "打包" in text):
        return _DEALS.search(own) is not None and _WORKED.search(_UNDONE.sub("", own)) is None
    return False


def sells(text: str, own: str) -> bool:
    """只说了卖、运、租，没有说自己做。"""
    return _SELLING.search(text) is not None and _SOLD_ONLY.search(own) is not None and _MAKING.search(own) is None


def serves(own: str, words: Sequence[str]) -> bool:
    """整句说的是一家店、一个馆、跑客运的，听懂的词都只是修饰它；`words` 是听懂的词。"""
    own = own.removesuffix("的")
    place = next((place for place in _PLACES if own.endswith(place)), "") if own.endswith(_PLACES) else ""
    if not words or not place or STOP in own or _MAKING.search(own):
        return False
    return all(own.find(word) + len(word) <= len(own) - len(place) for word in words)


def _is_doubted(clauses: list[str], number: int) -> bool:
    """问还算不算的，别人以为是、其实不是的。"""
    clause, last = clauses[number], number == len(clauses) - 1
    if number and _QUERIED.fullmatch(clause) and ("还算" in clause or last):
        return True
    return not last and _MISTAKEN.search(clause) is not None and _ACTUALLY.search(clauses[number + 1]) is not None


def _rightly_put(text: str) -> str:
    """去掉说别人把我们归错了的分句。"""
    clauses = text.split(STOP)
    for number, clause in enumerate(clauses):
        if _MISPUT_SIGNS.isdisjoint(clause):
            continue
        if ("我" in clause or "名" in clause) and (found := _MISPUT.match(clause)):
            clauses[number] = clause[found.end() :]
        elif _is_doubted(clauses, number):
            clauses[number] = ""
        else:
            clauses[number] = clause if _UNSAID_SIGNS.isdisjoint(clause) else _UNSAID.sub("", clause)
    return STOP.join(clauses)


def admitted(text: str) -> str:
    """只留下说的是自己、而且现在做的：去掉否定的、外协的、以前的、客户的。`text` 已经 normalise。"""
    if _MARK_SIGNS.isdisjoint(text) or _MARKS.search(text) is None:
        return text
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        if found[0] not in _KEPT:
            return ""
        kept.append(found[0])
        return chr(0xE000 + len(kept) - 1)

    if not _CORRECTED_SIGNS.isdisjoint(text):
        text = _CORRECTED.sub("", text)
    if "其实" in text or "实际" in text:
        text = _THOUGHT.sub("", text)
    if not _MISPUT_SIGNS.isdisjoint(text):
        text = _rightly_put(text).strip(STOP) or text
    denies = not _DENYING.isdisjoint(text)
    if denies:
        text = _ASKED.sub(keep, text)
    if not _PAST_SIGNS.isdisjoint(text) and _ADDED.search(text) is None:
        text = _PAST_INNER.sub("", _PAST.sub("", text))
    if not _SENT_SIGNS.isdisjoint(text):
        text = _REPLACED.sub("", _SENT.sub("", text))
    text = _FOR_OTHERS.sub(STOP, _BESIDE.sub("", text))
    if not _RHETORIC.search(text):
        text = STOP.join("" if _REFUSED.search(clause) else clause for clause in text.split(STOP))
        if denies:
            text = _NO_KILN.sub(r"\1，", _RATHER.sub(STOP, text))
            text = _DENIAL.sub(STOP, text)
        if "no" in text or "without" in text:
            text = _DENIED_ENGLISH.sub("", text)
    for number, word in enumerate(kept):
        text = text.replace(chr(0xE000 + number), word)
    return text
