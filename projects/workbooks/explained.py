"""How the columns of a sheet are filled in, for whoever does: what the judges of the cells take."""

from collections.abc import Mapping

from projects.columns import Holds

EXPLAINED: Mapping[str, str] = {
    "empty": "空白的格不改变已有内容；要清空一项，写“（清空）”。日期、金额的写法见各列。",
    Holds.MONEY.value: "按表上的单位填数字（亿元），也可以自己写单位，如 1200万元、5.5亿元；精确到元。",
    Holds.FOREIGN.value: "金额和币种一起写，如 5000万美元、1亿欧元；不折算。",
    Holds.PERIOD.value: "2024-09-30；只知道月、季、年的，写 2024年9月、2024年三季度、2024年；不晚于2024年9月30日。",
    Holds.COUNT.value: "填整数。",
    Holds.FLAG.value: "填“是”或“否”。",
    Holds.CHOICE.value: "从下拉列表中选择。",
    Holds.KEY.value: "由系统填写，请不要改动：导入时按它找到原来的行。",
    "national_code": "形如 2401-320411-04-01-123456；空白为未知。",
    "credit_code": "18 位统一社会信用代码。",
    "former_names": "多个曾用名用顿号分开。",
    "level": "省重大、市重点、区重点；同时列入几个名单的，用顿号分开。",
    "cause": "计划推迟时必填，从列表中选择；选“其他”的，写成“其他：等待设备”。",
    "contact_both": "姓名和电话写在一起，如 张三 13900000000。",
    "years": "如 2023-2025。",
}
"""By the key of a column, else by what it holds."""
